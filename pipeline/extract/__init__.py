"""Doc -> mentions, one module a kind of fact."""
