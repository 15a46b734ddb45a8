package commands

import (
	"slices"

	"boardcast/bot/cards"
	"boardcast/storage"
)

// likelyWho are those who are most likely meant when nothing was typed: whose streams come next, and were the last.
func likelyWho(v cards.View) ([]storage.Subject, error) {
	const coming, past = 5, 15
	next, _, err := gather(v.Coming(storage.Everything, v.Now), coming, storage.Stream.Upcoming)
	if err != nil {
		return nil, err
	}
	last, _, err := gather(v.Past(storage.Everything, v.Now), past, tookPlace)
	if err != nil {
		return nil, err
	}
	var likely []storage.Subject
	for _, s := range slices.Concat(next, last) {
		subject := storage.Company(s.Automaker)
		if len(s.People) > 0 {
			subject = storage.Person(s.People[0])
		}
		if subject.ID != "" && !slices.Contains(likely, subject) {
			likely = append(likely, subject)
		}
	}
	return likely, nil
}
