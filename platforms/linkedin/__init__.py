"""LinkedIn: comments on a Page for everybody, direct messages for approved partners only."""
