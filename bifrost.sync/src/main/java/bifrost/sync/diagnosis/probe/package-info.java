/**
 * Tests of the other members' ports, and the messages by which nodes tell each other what they
 * found. Everything is bounded: peers per round, tests at once, the time of each, what is kept.
 */
package bifrost.sync.diagnosis.probe;
