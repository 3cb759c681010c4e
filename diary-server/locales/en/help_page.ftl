# Help.

title = Help
sign-in = You sign in with your account, your password and six digits of an authenticator app. Each sign-in, each look at a diary and each change is noted in the audit trail with your account.
roles = Your role at a site decides which pages you see. An administrator of the site gives it.
design = Components of the design
example = An example
