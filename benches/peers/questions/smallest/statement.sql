SELECT json_build_object('register', peers.register())::text
