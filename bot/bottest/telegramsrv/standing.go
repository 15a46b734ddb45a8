package telegramsrv

import "maps"

// Join makes somebody a member of a chat.
func (s *Server) Join(chatID, user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChat(chatID)
	s.stand(c, user, user, member)
	s.publishMessage(c, s.service(c, object{"new_chat_members": []object{s.mustUser(user).json()}}))
}

// Part makes somebody leave a chat.
func (s *Server) Part(chatID, user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChat(chatID)
	s.stand(c, user, user, left)
	s.publishMessage(c, s.service(c, object{"left_chat_member": s.mustUser(user).json()}))
}

// Promote makes a member, or the bot, an administrator of a chat.
func (s *Server) Promote(chatID, user int64) { s.standAlone(chatID, user, administrator) }

// Demote makes an administrator, or the bot, a plain member of a chat.
func (s *Server) Demote(chatID, user int64) { s.standAlone(chatID, user, member) }

// Mute lets the bot read in a chat but not write.
func (s *Server) Mute(chatID int64) { s.standAlone(chatID, s.me.ID, restricted) }

// Hush lets nobody but administrators write in a group, or everybody again. The bot is not told.
func (s *Server) Hush(chatID int64, hushed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustChat(chatID).hushed = hushed
}

// Kick throws the bot out of a chat.
func (s *Server) Kick(chatID int64) { s.standAlone(chatID, s.me.ID, kicked) }

func (s *Server) standAlone(chatID, user int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChat(chatID)
	s.stand(c, s.owner(c), user, status)
}

// Readmit has somebody bring the bot into a chat, for the first time or again.
func (s *Server) Readmit(chatID, by int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	c := s.mustChat(chatID)
	if c.kind == channel {
		s.stand(c, by, s.me.ID, administrator)
		return
	}
	s.stand(c, by, s.me.ID, member)
	m := s.service(c, object{"new_chat_members": []object{s.me.json()}})
	m.From = by
	s.publishMessage(c, m)
}

// SetAnonymous has an administrator stay anonymous, or not any more.
func (s *Server) SetAnonymous(chatID, user int64, anonymous bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustChat(chatID).anonymous[user] = anonymous
}

// Block has a user block the bot.
func (s *Server) Block(user int64) { s.standPrivately(user, kicked) }

// Unblock has a user let the bot write again.
func (s *Server) Unblock(user int64) { s.standPrivately(user, member) }

func (s *Server) standPrivately(user int64, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	s.stand(s.privately(user), user, s.me.ID, status)
}

// owner is somebody who can change things in a chat.
func (s *Server) owner(c *chat) int64 {
	for id, status := range c.members {
		if status == creator {
			return id
		}
	}
	return AnonymousID
}

// stand changes somebody's standing in a chat, and tells the bot what it may know of that.
func (s *Server) stand(c *chat, by, user int64, status string) {
	before, ok := c.members[user]
	if !ok {
		before = left
	}
	s.mustUser(user)
	c.members[user] = status
	kind := "chat_member"
	if user == s.me.ID {
		kind = "my_chat_member"
	} else if !c.admin(s.me.ID) {
		// Only an administrator learns what becomes of others.
		return
	}
	s.publish(kind, object{
		"chat": s.chatJSON(c), "from": s.users[by].json(), "date": s.cfg.Now().Unix(),
		"old_chat_member": s.memberJSON(c, user, before), "new_chat_member": s.memberJSON(c, user, status),
	})
}

// Migrate makes a supergroup of a group, with the same members, and returns its id. What was said stays in the group.
func (s *Server) Migrate(groupID int64) int64 {
	s.mu.Lock()
	old := s.mustChat(groupID)
	if old.kind != group {
		s.mu.Unlock()
		panic("telegramsrv: only a group becomes a supergroup")
	}
	s.mu.Unlock()
	c := s.addPlace(supergroup, Place{Title: old.title, Absent: true}, superBase)

	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal()
	maps.Copy(c.members, old.members)
	s.publishMessage(old, s.service(old, object{"migrate_to_chat_id": c.id}))
	old.migratedTo = c.id
	s.publishMessage(c, s.service(c, object{"migrate_from_chat_id": old.id}))
	return c.id
}
