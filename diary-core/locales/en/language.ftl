# Names of languages.

own-name = English
english = English
