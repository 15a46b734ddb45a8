package console

import (
	"bytes"
	"unicode/utf8"
)

// key is what a person pressed.
type key int

const (
	nothing key = iota // an unknown sequence
	character
	enter
	tab
	backspace
	remove // the character under the cursor
	left
	right
	wordLeft
	wordRight
	home
	end
	up
	down
	cutWord // before the cursor
	cutWordRight
	cutLeft
	cutRight
	clearScreen
	interrupt
	endOfInput
	pasteBegins
	pasteEnds
)

// single is the keys that are one byte.
func single(b byte) (key, bool) {
	switch b {
	case '\r', '\n':
		return enter, true
	case '\t':
		return tab, true
	case 0x7f, ctrl('h'):
		return backspace, true
	}
	if b >= ' ' {
		return character, false
	}
	return letters[b], true
}

func ctrl(letter byte) byte { return letter & 0x1f }

// letters is the keys that are a letter pressed with Ctrl, as in other line editors.
var letters = map[byte]key{
	ctrl('a'): home, ctrl('b'): left, ctrl('c'): interrupt, ctrl('d'): endOfInput, ctrl('e'): end, ctrl('f'): right,
	ctrl('k'): cutRight, ctrl('l'): clearScreen, ctrl('n'): down, ctrl('p'): up, ctrl('u'): cutLeft, ctrl('w'): cutWord,
}

// sequences is what follows an escape character, as xterm, the Linux console, rxvt and tmux send it.
var sequences = map[string]key{
	"[A": up, "[B": down, "[C": right, "[D": left, "[H": home, "[F": end, "OA": up, "OB": down, "OC": right, "OD": left, "OH": home, "OF": end,
	"[1~": home, "[4~": end, "[7~": home, "[8~": end, "[3~": remove, "[1;5C": wordRight, "[1;5D": wordLeft, "[1;3C": wordRight, "[1;3D": wordLeft,
	"b": wordLeft, "f": wordRight, "d": cutWordRight, "\x7f": cutWord, "[200~": pasteBegins, "[201~": pasteEnds,
}

const (
	escape      = 0x1b
	mostEscaped = 32 // bytes of a sequence; what is longer is none
)

// nextKey reads the key at the beginning of typed: of a character the rune too, and how many bytes it took.
// 0 bytes means that its end has not arrived yet. Bytes that are no character become utf8.RuneError.
func nextKey(typed []byte) (k key, r rune, size int) {
	if typed[0] == escape {
		k, size = nextSequence(typed)
		return k, 0, size
	}
	if k, ok := single(typed[0]); ok {
		return k, 0, 1
	}
	if !utf8.FullRune(typed) {
		return nothing, 0, 0
	}
	r, size = utf8.DecodeRune(typed)
	return character, r, size
}

func nextSequence(typed []byte) (key, int) {
	if len(typed) == 1 {
		return nothing, 0
	}
	switch typed[1] {
	case '[':
		return bracketed(typed)
	case 'O':
		if len(typed) < 3 {
			return nothing, 0
		}
		return sequences[string(typed[1:3])], 3
	}
	if k, ok := sequences[string(typed[1:2])]; ok {
		return k, 2
	}
	return nothing, 1 // the Escape key, and then another
}

// bracketed reads a sequence that begins with "[" and ends with a letter or the like.
func bracketed(typed []byte) (key, int) {
	body := typed[2:min(len(typed), mostEscaped)]
	last := bytes.IndexFunc(body, func(r rune) bool { return r >= '@' && r <= '~' })
	switch {
	case last >= 0:
		return sequences[string(typed[1:last+3])], last + 3
	case len(typed) < mostEscaped:
		return nothing, 0
	}
	return nothing, 1
}
