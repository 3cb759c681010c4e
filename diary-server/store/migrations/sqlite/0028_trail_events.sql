-- The few rows of the trail about restored databases and drills, which pages and lists look for among all.
CREATE INDEX trail_restores_and_drills ON trail (n)
    WHERE what IN ('server.restore', 'server.rolled-back', 'evidence.taken', 'keys.drill');
