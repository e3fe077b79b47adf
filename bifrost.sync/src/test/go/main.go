// A node of HashiCorp's memberlist that is driven over standard input and output. It is the oracle
// of the interoperability tests: NodeProcess (Java) speaks the same commands.
package main

import (
	"bufio"
	"encoding/base64"
	"flag"
	"fmt"
	"io/ioutil"
	"log"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

var printing sync.Mutex

func say(format string, args ...interface{}) {
	printing.Lock()
	defer printing.Unlock()
	fmt.Printf(format+"\n", args...)
}

type node struct {
	sync.Mutex
	meta string
}

func (n *node) NodeMeta(limit int) []byte {
	n.Lock()
	defer n.Unlock()
	return []byte(n.meta)
}

func (n *node) NotifyMsg(b []byte)                { say("MSG %s", b) }
func (n *node) GetBroadcasts(o, l int) [][]byte   { return nil }
func (n *node) LocalState(join bool) []byte       { return []byte("state of the application") }
func (n *node) MergeRemoteState(b []byte, j bool) {}
func (n *node) NotifyJoin(m *memberlist.Node)     { say("JOINED %s %s", m.Name, m.Meta) }
func (n *node) NotifyUpdate(m *memberlist.Node)   { say("UPDATED %s %s", m.Name, m.Meta) }

func (n *node) NotifyLeave(m *memberlist.Node) {
	if stateOf(m.Name) == int64(memberlist.StateLeft) {
		say("LEFT %s", m.Name)
	} else {
		say("FAILED %s", m.Name)
	}
}

var list *memberlist.Memberlist

// The library keeps the state of a member to itself in this version. Its lock is held by the caller.
func stateOf(name string) int64 {
	nodes := reflect.ValueOf(list).Elem().FieldByName("nodeMap")
	return nodes.MapIndex(reflect.ValueOf(name)).Elem().FieldByName("State").Int()
}

func key(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func main() {
	name := flag.String("name", "", "")
	bind := flag.String("bind", "127.0.0.1", "")
	port := flag.Int("port", 0, "")
	keys := flag.String("keys", "", "")
	compress := flag.Bool("compress", false, "")
	meta := flag.String("meta", "", "")
	verbose := flag.Bool("verbose", false, "")
	flag.Parse()

	self := &node{meta: *meta}
	c := memberlist.DefaultLANConfig()
	c.Name = *name
	c.BindAddr = *bind
	c.BindPort = *port
	c.EnableCompression = *compress
	c.ProbeInterval = 200 * time.Millisecond
	c.ProbeTimeout = 100 * time.Millisecond
	c.GossipInterval = 50 * time.Millisecond
	c.PushPullInterval = 5 * time.Second
	c.SuspicionMult = 15
	c.SuspicionMaxTimeoutMult = 2
	c.Delegate = self
	c.Events = self
	c.LogOutput = ioutil.Discard
	if *verbose {
		c.Logger = log.New(os.Stderr, *name+" ", log.Lmicroseconds)
		c.LogOutput = nil
	}
	if *keys != "" {
		var all [][]byte
		for _, text := range strings.Split(*keys, ",") {
			all = append(all, key(text))
		}
		ring, err := memberlist.NewKeyring(all, all[0])
		if err != nil {
			panic(err)
		}
		c.Keyring = ring
	}
	m, err := memberlist.Create(c)
	if err != nil {
		panic(err)
	}
	list = m
	say("READY %d", m.LocalNode().Port)

	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		words := strings.SplitN(input.Text(), " ", 3)
		var err error
		switch words[0] {
		case "join":
			_, err = m.Join([]string{words[1]})
		case "members":
			var names []string
			for _, n := range m.Members() {
				names = append(names, n.Name)
			}
			sort.Strings(names)
			say("MEMBERS %s", strings.Join(names, ","))
			continue
		case "meta":
			self.Lock()
			self.meta = words[1]
			self.Unlock()
			err = m.UpdateNode(5 * time.Second)
		case "send", "sendtcp":
			for _, n := range m.Members() {
				if n.Name == words[1] && words[0] == "send" {
					err = m.SendBestEffort(n, []byte(words[2]))
				} else if n.Name == words[1] {
					err = m.SendReliable(n, []byte(words[2]))
				}
			}
		case "addkey":
			err = c.Keyring.AddKey(key(words[1]))
		case "usekey":
			err = c.Keyring.UseKey(key(words[1]))
		case "removekey":
			err = c.Keyring.RemoveKey(key(words[1]))
		case "leave":
			err = m.Leave(5 * time.Second)
		case "quit":
			os.Exit(0)
		}
		if err != nil {
			say("ERROR %v", err)
		} else {
			say("OK")
		}
	}
}
