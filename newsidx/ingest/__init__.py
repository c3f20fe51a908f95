"""From paths to commits.

==========  ==========================================================================================
`walk`      which files there are, and which are worth reading
`reader`    one capture → article and index terms, in a `worker` process of the `pool`
`ledger`    the books: which paths were seen, what they held
`groups`    which captures are one article, and which of them is searched
`intake`    readings in, parts of a commit out
`add`       all of it together; `made` for articles made in memory
`check`     the books against the index
==========  ==========================================================================================

The api takes what it needs from each, so that a search loads none of what only an add needs.
"""
