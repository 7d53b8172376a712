export type { NetworkArgs } from "./arguments";
export { Network } from "./network";
export { flowLogDefaults, type Gateway, gateway, subnet, vpc } from "./parts";
export type { ChosenRange, GivenRange, PrivateServices, PrivateServicesRange } from "./privateServices";
export type { Subnet } from "./subnets";
