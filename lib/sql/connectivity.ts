import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { cidr } from "../internal/cidr";
import { subnetProblem } from "../internal/places";
import type { Network } from "../network";

/** A network that is there, with private services access. */
export interface ExistingNetwork {
    /** The network's id, `projects/acme-dev/global/networks/apps`. */
    id: pulumi.Input<string>;
    /**
     * A subnet in the instance's region, by which functions reach it: `projects/acme-dev/regions/europe-west1/subnetworks/apps`.
     * @default none: functions must be told their network
     */
    subnetwork?: pulumi.Input<string>;
    /**
     * The name of the range, of those that private services access has, from which the address is taken.
     * @default any of them
     */
    allocatedRange?: pulumi.Input<string>;
}

/** Who may call a public address: ranges of addresses, by the name of whose they are. */
export interface PublicAddress {
    /**
     * Ranges in CIDR notation, such as `{ office: "203.0.113.0/28" }`, from which clients connect without a connector: at most 100
     * ("Quotas and limits"). All addresses, `0.0.0.0/0`, are refused.
     * @default {}: only by Google's connectors and the Auth Proxy, which sign in by IAM
     */
    authorizedNetworks?: Record<string, string>;
}

/** Who may reach the instance by Private Service Connect ("About Private Service Connect"). */
export interface PrivateServiceConnect {
    /**
     * The projects whose endpoints are let in.
     * @default the environment's own project
     */
    allowedProjects?: string[];
    /**
     * The network in which the component makes an endpoint, in the subnet of the instance's region; by it consumers reach the
     * instance.
     * @default none: endpoints are made elsewhere, and consumers need the instance's own address
     */
    network?: Network;
}

/** How clients must be connected. */
export type TlsMode = "ENCRYPTED_ONLY" | "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" | "ALLOW_UNENCRYPTED_AND_ENCRYPTED";

/** How an instance is reached. */
export interface Connectivity {
    /**
     * The network in which the instance has a private address, which another one moves it to and none can be taken away again; `false`
     * for no such address.
     * @default the environment's own network, `Network.shared()`; none with `privateServiceConnect`
     */
    network?: Network | ExistingNetwork | false;
    /**
     * Whether it has an address on the internet, and for whom.
     * @default false
     */
    publicAddress?: boolean | PublicAddress;
    /**
     * Whether it is reached by Private Service Connect, which needs no range of the network's addresses: it cannot be switched on or
     * off later.
     * @default none
     */
    privateServiceConnect?: PrivateServiceConnect;
    /**
     * What connections must be: encrypted, or from clients with a certificate of the instance as well, which Google's connectors and the
     * Auth Proxy always have; SQL Server knows no such certificates.
     * @default "ENCRYPTED_ONLY"
     */
    tls?: TlsMode;
    /**
     * Whether only Google's connectors and the Auth Proxy may connect: then a consumer without a socket, as functions are, has to use a
     * connector in its code.
     * @default false
     */
    connectorEnforcement?: boolean;
}

const authorized = check.pipe(
    check.record(
        check.matching(/^[\w .-]{1,64}$/, "a name must have up to 64 letters, digits, blanks, ., _ and -"),
        check.pipe(
            check.text(),
            check.refine(
                (range) => !/\/0$/.test(String(range)),
                "is every address of the internet\nName the ranges of those who may connect, or leave it out and use a connector.",
            ),
            cidr(1, 32),
        ),
    ),
    check.refine((all) => Object.keys(all as object).length <= 100, "can have 100 ranges at most"),
);

const project = check.matching(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "must be a project's id, as acme-dev is");

/** Checks of how an instance is reached. */
export const connectivity: { [Key in keyof Required<Connectivity>]: check.Check } = {
    network: check.literalOr(
        false,
        check.componentOr(
            check.component("Network"),
            check.options<ExistingNetwork>(
                {
                    id: check.input(
                        check.matching(
                            /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/global\/networks\/[a-z][a-z0-9-]*$/,
                            "must be a network's id, as projects/acme-dev/global/networks/apps is",
                        ),
                    ),
                    subnetwork: check.input(
                        check.matching(
                            /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/regions\/[^/]+\/subnetworks\/[a-z][a-z0-9-]*$/,
                            "must be a subnet's id, as projects/acme-dev/regions/europe-west1/subnetworks/apps is",
                        ),
                    ),
                    allocatedRange: check.input(
                        check.matching(/^[a-z][a-z0-9-]{0,62}$/, "must be the name of an allocated range"),
                    ),
                },
                "id",
            ),
        ),
    ),
    publicAddress: check.either(
        (given) => typeof given === "boolean",
        check.flag(),
        check.options<PublicAddress>({ authorizedNetworks: authorized }),
    ),
    privateServiceConnect: check.options<PrivateServiceConnect>({
        allowedProjects: check.list(project),
        network: check.component("Network"),
    }),
    tls: check.oneOf("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
    connectorEnforcement: check.flag(),
};

/** What is wrong with how an instance is reached, where each part is right by itself. */
export function connectivityProblems({
    engine,
    network,
    publicAddress,
    privateServiceConnect,
    tls,
    region,
}: Connectivity & { engine: string; region: string }): (check.Problem | undefined)[] {
    const nowhere = network === false && !publicAddress && !privateServiceConnect;
    const endpoints = privateServiceConnect?.network;
    return [
        endpoints && subnetProblem("privateServiceConnect.network", endpoints, region, "the instance"),
        nowhere
            ? {
                  path: "network",
                  reason: "is false, and there is no other way to the instance. Give a network, privateServiceConnect or publicAddress.",
              }
            : undefined,
        publicAddress && privateServiceConnect
            ? {
                  path: "publicAddress",
                  reason: "cannot be beside privateServiceConnect. Leave one of them out.",
              }
            : undefined,
        engine === "sqlserver" && tls === "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
            ? { path: "tls", reason: "must be ENCRYPTED_ONLY for SQL Server, which knows no client certificates." }
            : undefined,
    ];
}
