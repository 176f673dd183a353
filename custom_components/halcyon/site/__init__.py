"""Where the rooms of a site are computed: here, or by the service."""
