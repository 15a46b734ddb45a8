package commands_test

import (
	"flag"
	"testing"

	"boardcast/bot/bottest"
)

var update = flag.Bool("update", false, "write the transcripts and the command reference anew")

func TestTranscripts(t *testing.T) {
	bottest.Transcripts(t, "testdata", *update)
}
