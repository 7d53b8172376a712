import { facts } from "slipway/facts";
import { type Charge, hourly, monthly, type PriceRow, perUse, priceOf, unknown } from "./charges";
import type { Pricing } from "./pricing";
import { objectIn, type Resource, type Stack, textIn } from "./resources";
import { inRegion, snapshot } from "./snapshot";

export const loadBalancingPrices = facts<PriceRow>()({
    subject: "Prices of Cloud Load Balancing",
    // A copy of it, whose regional prices are those of Iowa.
    source: "https://cloud.google.com/load-balancing/pricing",
    checked: "2026-09-08",
    rows: {
        "first rules": { amount: 0.025, unit: "hour" },
        "additional rule": { amount: 0.01, unit: "hour" },
        "us-central1 data": { amount: 0.008, unit: "GiB" },
    },
});

export const dnsPrices = facts<PriceRow>()({
    subject: "Prices of Cloud DNS",
    source: "https://cloud.google.com/dns/pricing",
    checked: "2026-11-27",
    rows: {
        // Of each of the first 25 zones of a billing account.
        zone: { amount: 0.2, unit: "month" },
        queries: { amount: 0.4, unit: "million queries" },
    },
});

/** One price covers up to five rules of a project. */
const rulesInFirstPrice = 5;

const globalRule = "gcp:compute/globalForwardingRule:GlobalForwardingRule";
const regionalRule = "gcp:compute/forwardingRule:ForwardingRule";

/** An endpoint of Private Service Connect, which has a price of its own. */
const isEndpoint = ({ values }: Resource) =>
    /serviceAttachments|^all-apis$|^vpc-sc$/.test(textIn(values.target) ?? "") ||
    (values.loadBalancingScheme === "" && textIn(values.target) !== undefined);

/** The rules that share a price, in the order of the program: the global ones of a project, or its rules in a region. */
function rulesWith(rule: Resource, stack: Stack): Resource[] {
    const others = stack.ofType(rule.type).filter((each) => each.project === rule.project && !isEndpoint(each));
    return rule.type === globalRule ? others : others.filter(({ region }) => region === rule.region);
}

function forwardingRule(rule: Resource, stack: Stack): Charge[] {
    if (isEndpoint(rule)) {
        return [unknown("endpoint of Private Service Connect", "no source has its price")];
    }
    const place = rule.type === globalRule ? "global" : rule.region;
    if (place !== "global" && place !== "us-central1") {
        return [unknown("forwarding rule", `no source has its price in ${place}`), ...dataCharges(place)];
    }
    const position = rulesWith(rule, stack).indexOf(rule);
    const first = priceOf(loadBalancingPrices, "first rules");
    const charge =
        position === 0
            ? hourly("first 5 forwarding rules", first, 1)
            : position < rulesInFirstPrice
              ? hourly("forwarding rule, in the price of the first 5", first, 0)
              : hourly("additional forwarding rule", priceOf(loadBalancingPrices, "additional rule"), 1);
    return [charge, ...dataCharges(place)];
}

/** Global rules are billed by the region that processes their traffic. */
const dataCharges = (place: string): Charge[] =>
    place === "us-central1" || place === "global"
        ? [
              perUse(
                  `data processed${place === "global" ? " in us-central1" : ""}`,
                  priceOf(loadBalancingPrices, "us-central1 data"),
              ),
          ]
        : [unknown("data processed", `no source has its price in ${place}`)];

/** An external address is billed with the machine that uses it, is free with a forwarding rule, and costs most if nothing uses it. */
function address(resource: Resource, stack: Stack): Charge[] {
    const { values, region } = resource;
    const isInternal = values.addressType === "INTERNAL" || textIn(values.purpose) === "VPC_PEERING";
    if (isInternal || stack.isInUse(resource)) {
        return [];
    }
    return [
        hourly("unused address", inRegion(snapshot().addresses.unused, region, "hour"), 1, region || "this location"),
    ];
}

/** The price of a gateway grows with the machines that use it, up to 32. */
const nat = ({ values, region }: Resource): Charge[] => [
    hourly(
        "gateway, by the number of machines",
        inRegion(snapshot().nat.gateway, region, "hour"),
        { min: 0, max: 1 },
        region,
    ),
    ...(values.natIpAllocateOption === "AUTO_ONLY"
        ? [
              perUse("its addresses", inRegion(snapshot().addresses.machine, region, "hour and address"), {
                  place: region,
              }),
          ]
        : []),
    perUse("data processed", inRegion(snapshot().nat.data, region, "GiB"), { place: region }),
];

export const networks: Pricing = {
    [globalRule]: forwardingRule,
    [regionalRule]: forwardingRule,
    "gcp:compute/address:Address": address,
    "gcp:compute/globalAddress:GlobalAddress": address,
    "gcp:compute/routerNat:RouterNat": nat,
    "gcp:compute/vPNTunnel:VPNTunnel": ({ region }) => [
        hourly("tunnel", inRegion(snapshot().vpnTunnels, region, "hour"), 1, region),
    ],
    "gcp:compute/securityPolicy:SecurityPolicy": () => [
        unknown("Cloud Armor policy and its rules", "no source has its price"),
    ],
    "gcp:compute/serviceAttachment:ServiceAttachment": () => [unknown("data processed", "no source has its price")],
    "gcp:dns/managedZone:ManagedZone": ({ values }) => [
        monthly("zone", priceOf(dnsPrices, "zone"), 1),
        perUse("queries", priceOf(dnsPrices, "queries")),
        ...(objectIn(values.cloudLoggingConfig).enableLogging === true
            ? [unknown("logs of queries", "they are billed by Cloud Logging")]
            : []),
    ],
};
