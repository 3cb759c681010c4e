# A person's own account.

short-title = My account
title = Account { $name }
roles = Roles
no-role = The account has no role yet. An administrator of your site can give it one.
language = Language
language-label = Language of the pages
change = Change
password = Password
old-password = Present password
old-wrong = The present password is wrong. Nothing was changed.
password-changed = The password was changed. All other sessions were ended.
sessions = Where you are signed in
browser = Browser
since = Since
last-used = Last used
this-one = this one
end-others = Sign out everywhere else
kept-title = A form that was kept
kept = You were signed out before this form arrived. Check it and send it again, or drop it. It is kept until you do, at the latest until { $until }.
kept-form = Form
kept-of = { $form }, participant { $subject }
kept-send = Send it again
kept-drop = Drop it
