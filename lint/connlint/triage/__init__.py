"""What a team has decided about: ignores and a baseline set a finding's state, and drop none."""
