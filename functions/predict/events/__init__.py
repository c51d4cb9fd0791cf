"""Events of AWS: which door one belongs to, and the tweets and objects in it."""
