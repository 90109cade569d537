SELECT (SELECT count(*) FROM sent), (SELECT count(*) FROM left_out),
       (SELECT count(*) FROM left_out WHERE reason = 'already_reminded'),
       (SELECT count(*) FROM left_out WHERE reason = 'no_step_yet'), (SELECT count(*) FROM recorded)
