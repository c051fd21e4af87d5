announce_on_old_topic = false

consumers = {
  lake = 4
  siem = 14
}
