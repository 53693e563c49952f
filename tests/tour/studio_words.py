"""Words that several steps need."""
KEY_PASSWORD = "rehearsal"
KEY_PASSWORD_WINDOW = "Password of a key file"
