"""What holds an index. `newsidx.engine.seam` is what every engine offers; `newsidx.engine.local` keeps one in a folder,
as a Whoosh index. Whoever needs an engine takes it from its own package, so that none is loaded for nothing."""
