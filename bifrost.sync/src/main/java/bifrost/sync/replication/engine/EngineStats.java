package bifrost.sync.replication.engine;

/** What the engine counts. Written by the owner; readers may see a value that is a little old. */
final class EngineStats {
  volatile long messagesSent;
  volatile long messagesReceived;
  volatile long slotsSent;
  volatile long slotsReceived;
  volatile long slotsNew;
  volatile long changesSent;
  volatile long changesReceived;
  volatile long changesNew;
  volatile long linksOpened;
  volatile long linksRefused;
  volatile long dialsFailed;
  volatile long comparisons;
  volatile long repairedSlots;
  volatile long repairedChanges;
}
