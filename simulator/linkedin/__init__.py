"""LinkedIn: comments around a Page's posts, and a member's direct messages for partners."""
