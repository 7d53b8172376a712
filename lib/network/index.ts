import { exportTogether } from "../internal/arguments/reportTogether";

export type { ForwardingTarget, NameServers } from "../internal/network/nameServers";
export type { IpAddressOfProgram, IpAddressType } from "../internal/network/reservedAddress";
export type { FlowLogs, LoadBalancerProxies } from "../internal/network/vpc";
export type { AnyVpcConnector, VpcConnectorOfProgram } from "../internal/network/vpcConnector";
export type { DnsPolicy } from "./dnsPolicy";
export type { Endpoint, ServiceEndpoint } from "./endpoint";
export type { FirewallRule, FirewallSources, FirewallTargets, IapSsh } from "./firewall";
export type { GoogleApis, GoogleApisEndpoint } from "./googleApis";
export { IpAddress } from "./ipAddress";
export type {
    ExistingIpAddressArgs,
    GlobalExternalAddress,
    IpAddressArgs,
    RegionalExternalAddress,
    RegionalInternalAddress,
    SharedIpAddressArgs,
} from "./ipAddressArgs";
export type { Nat, NatGateway } from "./nat";
export { Network } from "./network";
export type { ExistingNetworkArgs, NetworkArgs, PrivateServiceConnectEndpoints } from "./networkArgs";
export type { ChosenRange, GivenRange, PrivateServices, PrivateServicesRange } from "./privateServices";
export type { NetworkRoute, NextHop } from "./routes";
export type { SubnetRoles } from "./subnetRoles";
export type { ExistingSubnet, Subnet } from "./subnets";
export type { Traffic } from "./traffic";
export { type ConnectorScaling, VpcConnector, type VpcConnectorArgs } from "./vpcConnector";

exportTogether(module);
