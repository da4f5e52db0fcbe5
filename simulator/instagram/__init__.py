"""The simulated Instagram messaging API: https://developers.facebook.com/documentation/instagram-platform."""
