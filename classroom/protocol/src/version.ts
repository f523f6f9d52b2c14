/** First message of either side on `/ws`. Raised when a message changes its meaning; a new optional field does not raise it. */
export const PROTOCOL_VERSION = 1;
