from preau.kernel.live.topics import PersonTopic

NOTICES = PersonTopic("notifications.notices")
