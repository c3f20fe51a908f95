"""One module a command, each with ``make()``, which builds it. Loaded by `newsidx.cli._app` when called."""
