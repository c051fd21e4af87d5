# Each account has its own trail of its management events, and a topic of the same name.
module "watch_management" {
  source = "./modules/watch"
}

module "watch_archive" {
  source    = "./modules/watch"
  providers = { aws = aws.archive }
}

module "watch_security" {
  source    = "./modules/watch"
  providers = { aws = aws.security }
}
