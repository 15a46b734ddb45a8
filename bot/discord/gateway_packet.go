package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"
)

// The kinds of packets that go over a connection to the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// packet is what Discord sends.
type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"` // 0: it has none
	Type string          `json:"t"`
}

// outgoing is what we send.
type outgoing struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

type helloData struct {
	Interval int64 `json:"heartbeat_interval"` // in ms
}

type readyData struct {
	SessionID string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
}

// identifyData begins a session. The library's structure has the names of properties that version 10 has given up, and always
// sets a presence.
type identifyData struct {
	Token      string             `json:"token"`
	Intents    discordgo.Intent   `json:"intents"`
	Shard      [2]int             `json:"shard"`
	Properties identifyProperties `json:"properties"`
}

type identifyProperties struct {
	OS      string `json:"os"`
	Browser string `json:"browser"`
	Device  string `json:"device"`
}

type resumeData struct {
	Token     string `json:"token"`
	SessionID string `json:"session_id"`
	Seq       int64  `json:"seq"`
}
