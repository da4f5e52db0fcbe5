"""The simulated Messenger Platform: https://developers.facebook.com/documentation/business-messaging/messenger-platform."""
