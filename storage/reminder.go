package storage

// MaxReminders is how many reminders one person has in a chat.
const MaxReminders = 20

const byAsker = "asker"

// RemindersAbout returns the reminders that people in a chat have set and that match a stream.
func RemindersAbout(r Reader, chat string, stream Stream) ([]Watch, error) {
	all, err := reminders(r, chat)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, nil
	}
	subjects, err := toldAs(r, stream)
	if err != nil {
		return nil, err
	}
	var about []Watch
	for _, m := range matching(all, subjects) {
		about = append(about, m.watch)
	}
	return about, nil
}

// RemindersOf returns the reminders of one person in a chat, in the order of their ids.
func RemindersOf(r Reader, c Chat, person string) ([]Watch, error) { return reminders(r, c.ID, person) }

func reminders(r Reader, chat string, person ...string) ([]Watch, error) {
	if chat == "" {
		return nil, nil
	}
	var found []Watch
	for w, err := range Watches.By(r, byAsker, append([]string{chat}, person...)...) {
		if err != nil {
			return nil, err
		}
		found = append(found, w)
	}
	return found, nil
}

// AddReminder gives a person's reminder its id and saves it. It is of one subject, at one time before.
func AddReminder(tx Tx, c Chat, person string, w Watch) (Watch, error) {
	id, err := NextID(tx, "r")
	if err != nil {
		return Watch{}, err
	}
	w.ID, w.Scope, w.Chat, w.Messenger = id, c.Scope(), c.ID, c.Address.Messenger
	w.By, w.Style = person, CardStyle
	return w, Watches.Put(tx, w)
}

// Spent reports whether a reminder is of a single stream of which nothing is to come any more.
func Spent(r Scoped, w Watch) (bool, error) {
	if w.Subjects[0].Kind != StreamSubject {
		return false, nil
	}
	stream, err := absentIsNil(r.Find(w.Subjects[0].ID))
	if err != nil {
		return false, err
	}
	return stream == nil || !stream.Open(), nil
}
