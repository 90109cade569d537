"""One-process mode: the embedded database, and worker and beat beside the web server."""
