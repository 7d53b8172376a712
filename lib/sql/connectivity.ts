import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import { cloudSqlLimits } from "../facts/limits/cloudSql";
import { nameFormats } from "../facts/names";
import type { CloudSqlClient, CloudSqlRoute } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { subnetProblem } from "../internal/arguments/locations";
import { cidr } from "../internal/network/cidr";
import {
    type NetworkAndSubnet,
    type NetworkOfProgram,
    type NetworkOr,
    networkAndSubnet,
    networkIds,
    networkOf,
    networkOr,
    networkSettings,
} from "../internal/network/networkOf";
import { Network } from "../network/network";
import type { Engine } from "./versions";

/**
 * A network with {@link https://cloud.google.com/sql/docs/postgres/private-ip private services access}. Functions reach the instance
 * through the subnet. Without a subnet, each function must set its own `network`.
 */
export interface InstanceNetwork extends NetworkAndSubnet {
    /** A {@link Network} with `privateServices`, or the ID or name of a network. */
    network: NetworkOfProgram | pulumi.Input<string>;
    /**
     * The name of the allocated range of private services access from which the address is taken.
     * @default any allocated range
     */
    allocatedRange?: pulumi.Input<string>;
}

/** The clients that may connect to a public address. */
export interface PublicAddress {
    /**
     * {@link https://cloud.google.com/sql/docs/postgres/authorize-networks Authorized networks}: names and CIDR ranges, such as
     * `{ office: "203.0.113.0/28" }`, from which clients connect without a connector: at most
     * {@link https://cloud.google.com/sql/docs/postgres/quotas 100}. `0.0.0.0/0`, all addresses, is refused.
     * @default {}: only Google's connectors and the Auth Proxy connect, which authenticate with IAM
     */
    authorizedNetworks?: Record<string, string>;
}

/** Access by {@link https://cloud.google.com/sql/docs/postgres/about-private-service-connect Private Service Connect}. */
export interface PrivateServiceConnect {
    /**
     * The projects whose endpoints may connect.
     * @default the environment's own project
     */
    allowedProjects?: string[];
    /**
     * The network in which the component creates an endpoint, in the subnet of the instance's region. Consumers reach the instance
     * through it.
     * @default none: endpoints are created elsewhere, and consumers use the instance's DNS name
     */
    network?: Network;
}

/** How connections are {@link https://cloud.google.com/sql/docs/postgres/configure-ssl-instance encrypted}. */
export type TlsMode = "ENCRYPTED_ONLY" | "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" | "ALLOW_UNENCRYPTED_AND_ENCRYPTED";

/** The addresses of an instance and the requirements for connections. */
export interface Connectivity {
    /**
     * The network in which the instance has a private address, or `false` for no private address. Changing it moves the instance to
     * the other network; removing a private address replaces the instance.
     * @default the environment's own network, `Network.shared()`; none with `privateServiceConnect`
     * @example
     * ```ts
     * network: { network, subnet: "apps" }
     * ```
     */
    network?: NetworkOr<InstanceNetwork> | false;
    /**
     * Gives the instance a public IP address.
     * @default false
     * @example
     * ```ts
     * publicAddress: { authorizedNetworks: { office: "203.0.113.0/28" } }
     * ```
     */
    publicAddress?: boolean | PublicAddress;
    /**
     * Enables Private Service Connect, which needs no allocated range in the network. Enabling or disabling it later replaces the
     * instance.
     * @default none
     */
    privateServiceConnect?: PrivateServiceConnect;
    /**
     * Requires encrypted connections, or also client certificates of the instance, which Google's connectors and the Auth Proxy
     * always have. SQL Server has no client certificates.
     * @default "ENCRYPTED_ONLY"
     */
    tls?: TlsMode;
    /**
     * Allows only connections of Google's connectors and the Auth Proxy. The code of a consumer without a socket, such as a function,
     * must then use a connector.
     * @default false
     */
    connectorEnforcement?: boolean;
    /**
     * Lets IAM users run SQL statements with the {@link https://cloud.google.com/sql/docs/postgres/executesql-instance Data API}: with their
     * rights in the database, and from the internet, too, whatever the network of the instance is. Not for SQL Server.
     * @default false
     */
    dataApi?: boolean;
}

const authorized = check.pipe(
    check.record(
        check.matching(/^[\w .-]{1,64}$/, "a name must have up to 64 letters, digits, spaces, ., _ and -"),
        check.pipe(
            check.text(),
            check.refine(
                (range) => !/\/0$/.test(String(range)),
                "allows every address of the internet\nName the ranges of the clients, or remove it and use a connector.",
            ),
            cidr(1),
        ),
    ),
    check.atMost(cloudSqlLimits.rows.authorizedNetworks),
);

const project = check.matching(nameFormats.rows.projectId.pattern, "must be a project ID such as acme-dev");

export const connectivityChecks: check.Checks<Connectivity> = {
    network: check.literalOr(
        false,
        networkOr<InstanceNetwork>(
            check.options<InstanceNetwork>(
                {
                    ...networkAndSubnet,
                    allocatedRange: check.input(
                        check.matching(
                            nameFormats.rows.computeResource.pattern,
                            "must be the name of an allocated range",
                        ),
                    ),
                },
                "network",
            ),
        ),
    ),
    publicAddress: check.either(
        (value) => typeof value === "boolean",
        check.flag(),
        check.options<PublicAddress>({ authorizedNetworks: authorized }),
    ),
    privateServiceConnect: check.options<PrivateServiceConnect>({
        allowedProjects: check.list(project),
        network: check.component("Network"),
    }),
    tls: check.oneOf("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
    connectorEnforcement: check.flag(),
    dataApi: check.flag(),
};

/** Whether an instance and its replicas can only be reached at a public address. */
export const needsPublicAddress = ({ network, privateServiceConnect }: Connectivity): boolean =>
    network === false && !privateServiceConnect;

/** The problems of arguments that are valid one by one. */
export function connectivityProblems({
    engine,
    network,
    publicAddress,
    privateServiceConnect,
    tls,
    dataApi,
}: Connectivity & { engine: string }): (check.Problem | undefined)[] {
    return [
        check.when(
            !publicAddress && needsPublicAddress({ network, privateServiceConnect }),
            "network",
            "sql/no-connection",
            "is false, and the instance has no other way to connect. Set network, privateServiceConnect or publicAddress.",
        ),
        check.when(
            publicAddress && privateServiceConnect,
            "publicAddress",
            "sql/public-with-private-service-connect",
            "cannot be combined with privateServiceConnect. Remove one of them.",
        ),
        check.when(
            engine === "sqlserver" && tls === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
            "tls",
            "sql/tls-of-sql-server",
            "must be ENCRYPTED_ONLY for SQL Server, which does not support client certificates.",
        ),
        check.when(
            engine === "sqlserver" && dataApi !== undefined,
            "dataApi",
            "sql/data-api-of-sql-server",
            "is only for PostgreSQL and MySQL, because its users sign in with IAM. Remove it.",
        ),
    ];
}

/** The problem of a network for endpoints that has no subnet in the region of the instance. */
export function endpointProblem(args: PrivateServiceConnect | undefined, region: string): check.Problem | undefined {
    return args?.network && subnetProblem("privateServiceConnect.network", args.network, region, "the instance");
}

/** The network of the private address, if the instance has one. */
export function resolveNetwork({
    network,
    privateServiceConnect,
}: Connectivity): NetworkOr<InstanceNetwork> | undefined {
    return network === false || (network === undefined && privateServiceConnect)
        ? undefined
        : (network ?? Network.shared());
}

/** The resources that must exist before an instance gets an address in the network. */
export function networkDependencies(network: NetworkOr<InstanceNetwork> | undefined): pulumi.Resource[] {
    const { privateServices } = (networkOf(network) ?? {}) as Partial<Network>;
    return privateServices ? [privateServices.connection] : [];
}

/** The IP configuration for the provider. */
export function ipConfiguration(
    connectivity: Connectivity & { engine: Engine; region: string },
    network: NetworkOr<InstanceNetwork> | undefined,
    environment: Environment,
) {
    const { publicAddress, privateServiceConnect, tls } = connectivity;
    const authorized = typeof publicAddress === "object" ? (publicAddress.authorizedNetworks ?? {}) : {};
    return {
        ipv4Enabled: Boolean(publicAddress),
        authorizedNetworks: Object.entries(authorized).map(([name, value]) => ({ name, value })),
        privateNetwork: networkIds(network, connectivity.region, environment.project).network,
        allocatedIpRange: networkSettings(network).allocatedRange,
        // Lets BigQuery run federated queries over the private address; SQL Server does not support it.
        enablePrivatePathForGoogleCloudServices: network && connectivity.engine !== "sqlserver" ? true : undefined,
        sslMode: tls ?? "ENCRYPTED_ONLY",
        pscConfigs: privateServiceConnect
            ? [
                  {
                      pscEnabled: true,
                      allowedConsumerProjects: privateServiceConnect.allowedProjects ?? [environment.project],
                  },
              ]
            : undefined,
    };
}

/** The address of the primary instance or of a replica. */
export interface InstanceEndpoint
    extends Pick<CloudSqlClient, "address" | "addressType" | "hasPublicAddress" | "route"> {
    instance: DatabaseInstance;
}

/** The address at which consumers reach an instance: the private address if it has one. */
export function instanceEndpoint(
    name: string,
    instance: DatabaseInstance,
    connectivity: Connectivity,
    network: NetworkOr<InstanceNetwork> | undefined,
    region: string,
): InstanceEndpoint {
    const { privateServiceConnect, publicAddress = false } = connectivity;
    const hasPublicAddress = publicAddress !== false;
    if (network) {
        const route = routeOf(network, region);
        return { instance, address: instance.privateIpAddress, addressType: "private", hasPublicAddress, route };
    }
    if (privateServiceConnect?.network) {
        const endpoint = privateServiceConnect.network.endpoint(name, instance.pscServiceAttachmentLink, region);
        return {
            instance,
            address: endpoint.address.address,
            addressType: "psc",
            hasPublicAddress,
            route: networkRoute(privateServiceConnect.network),
        };
    }
    if (hasPublicAddress) {
        return { instance, address: instance.publicIpAddress, addressType: "public", hasPublicAddress };
    }
    return privateServiceConnect
        ? { instance, address: instance.dnsName, addressType: "psc", hasPublicAddress }
        : { instance, address: instance.privateIpAddress, addressType: "private", hasPublicAddress };
}

function networkRoute(network: NetworkOfProgram): CloudSqlRoute {
    return {
        network: network.network,
        component: network,
        subnetworkIn: (region) => network.subnetworkIn(region)?.id,
    };
}

/** A subnet that is an output counts for every region, because its region is not known yet. */
function routeOf(argument: NetworkOr<InstanceNetwork>, ownRegion: string): CloudSqlRoute {
    const component = networkOf(argument);
    const { network, subnet } = networkIds(argument, ownRegion, Environment.current().project);
    if (component && networkSettings(argument).subnet === undefined) {
        return networkRoute(component);
    }
    const isIn = (region: string) => typeof subnet !== "string" || subnet.includes(`/regions/${region}/`);
    return {
        network: component?.network ?? (network as pulumi.Input<string>),
        component,
        subnetworkIn: (region) => (isIn(region) ? subnet : undefined),
    };
}
