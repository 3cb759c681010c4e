at-relay = { $n ->
    [one] 1 entry waits at the relay server until the hospital fetches it. There is nothing to do; `diary sync` shows when it has arrived.
   *[other] { $n } entries wait at the relay server until the hospital fetches them. There is nothing to do; `diary sync` shows when they have arrived.
 }
set-aside = { $n ->
    [one] 1 entry was received by the hospital and set aside: it is not in the record until the study team has looked at it. Please ask them.
   *[other] { $n } entries were received by the hospital and set aside: they are not in the record until the study team has looked at them. Please ask them.
 }
