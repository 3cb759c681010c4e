# Frame of every page, and its failures.

brand = Diary
this-language = English
navigation = Main navigation
to-the-content = To the content
to-the-start = To the start page
nav-accounts = Accounts
nav-own-account = My account
nav-help = Help
sign-out = Sign out
signed-out-after = You are signed out after { $minutes } minutes without use. A form that you send later is kept until you sign in again.
sign-out-soon = You will be signed out in one minute. Load a page or send the form to go on.
refused = Not allowed
no-right = Your role does not include this. The attempt was noted in the audit trail. Ask an administrator if you need it.
failed = This did not work
nothing-changed = Nothing was changed. Try again; if it happens again, tell the people who run the server.
nothing-here = There is nothing at this address
database-busy = The database was busy.
database-full = The server has no room left.
database-away = The server does not reach its database.
database-moving = The study is being moved to another database; until that is done it can only be read.
database-clock = The server's clock is doubted. Nothing is signed until an operator has confirmed it.
database-failed = The server cannot use its database.
conflict = Somebody else changed this in the meantime.
not-founded = This server holds no study yet.
out-of-memory = The server had too little memory for this.
other-failure = The server could not do this.
