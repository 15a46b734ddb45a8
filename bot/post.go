package bot

import "time"

// Post is what is said, before any messenger lays it out.
type Post struct {
	// Headline is one plain sentence of at most 100 characters, who, what and when first: all that a phone's push shows.
	Headline Text
	// Author and Title are whom or what the post is about, and by what name, for messengers that show them apart; the headline says
	// so too. Accent is how that stands.
	Author, Title Text
	Accent        Accent
	Also          Said // of a notice: the headline in the second language of a chat that has two
	Body          []Block
	Image         *Image // a picture of what the body says, where the messenger shows pictures
	Footer        Text   // provenance and ids
	// Mentions are whom the post mentions, as the messenger writes them, such as "@drivers"; they stand before the headline.
	// Nothing else in a post mentions anybody, whatever its words look like: an adapter sees to that.
	Mentions []string
	Buttons  []Button

	Silent bool // makes no sound
	// Spread says of a notice that those are to get it too who follow the chat from elsewhere.
	Spread  bool
	Private bool // for the asker alone, where the messenger can
	// Changed says of an answer that its line has changed something: the same line once more would change more.
	Changed bool
	// Shareable says of a private post that the asker may show it to all.
	Shareable bool
	// Brief says of an answer that people read it who did not ask: where it is long, its beginning is enough.
	Brief bool
	// Fleeting says of an answer that it may be taken away after a while.
	Fleeting bool
	// Prompt is a line that goes on with what the asker says next, such as "/watch add "; where the messenger can tell an answer
	// to a question, that answer is put behind it. Empty: nothing is asked.
	Prompt string
	Failed bool // reports that something went wrong inside boardcast, which is in the log

	// Locale and Zone are those for whom it is worded.
	Locale string
	Zone   *time.Location
}

// Accent says how what a post is about stands, for messengers that show it by a colour.
type Accent uint8

// The accents.
const (
	NoAccent     Accent = iota
	ComingAccent        // it is to come
	LiveAccent          // it is on
	PastAccent          // it is over
	OffAccent           // it is called off, put off, or not to be seen
)

// Image is a picture. The body says without it all that is to be known.
type Image struct{ PNG []byte }

// Said is words for readers of one language; without a text it is nothing.
type Said struct {
	Locale string
	Text   Text
}

// Block is a part of a post's body: [Paragraph], [Fields], [List] or [Table]. Each adapter lays it out as its messenger does best.
type Block interface{ block() }

// Paragraph is running text.
type Paragraph struct{ Text Text }

// Fields are named values, such as "When: tomorrow, 08:30".
type Fields []Field

// Field is one named value.
type Field struct{ Name, Value Text }

// List is items, one under another.
type List struct {
	Title   Text // may be empty
	Items   []Text
	Ordered bool // the items are numbered, from 1
}

// Table is rows of cells under heads; every row has as many cells as there are heads.
type Table struct {
	Heads []Text
	Rows  [][]Text
}

func (Paragraph) block() {}
func (Fields) block()    {}
func (List) block()      {}
func (Table) block()     {}

// Button is a command line, typed by whoever presses it: parsed and authorised like any other.
type Button struct {
	Label    Text
	Command  string
	Proposed bool // it is what most of those who read the post would press, if anything
}

// Press is a button with a label.
func Press(label Text, command string) Button { return Button{Label: label, Command: command} }

// PressLine is a button that says the very line that it sends, for when the line teaches more than words about it.
func PressLine(line string) Button { return Press(Lit(line), line) }
