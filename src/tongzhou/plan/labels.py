"""placeholder, see /tmp/brief/plan-labels.json"""
