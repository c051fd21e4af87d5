module "baseline" {
  source = "./modules/baseline"

  name           = "references"
  announce_topic = aws_sns_topic.announce.arn
  teams          = local.teams
}
