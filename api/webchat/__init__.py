"""The web chat's side of the API: sessions of visitors, their socket, and the same over plain HTTP."""
