"""The WhatsApp Business Cloud API."""
