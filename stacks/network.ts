/**
 * One fixed address for what holds the exchange keys, so that the keys can be bound to it: a small EC2 instance that forwards, a tenth of
 * the price of a NAT gateway. One zone only: two addresses could be whitelisted, but two instances would double the price.
 */
export const network = process.env.WINISWIN_STATIC_IP === "true" ? new sst.aws.Vpc("Network", { az: 1, nat: "ec2" }) : undefined;
