// Package telegram is Telegram as a messenger: it takes in what people write, press and type there, and sends posts.
package telegram
