import { digits } from "../../cloud/ids";
import { type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { alreadyExists, api, authorizationPath, fullName, invalid, verifyDomain, verifyName } from "./names";

export const dnsAuthorization: TypeRules = {
    noun: "DnsAuthorization",
    generatedNoun: "CertificateManagerDnsAuthorization",
    sendsOnlyChanges: true,
    cost: "free",
    api,
    id: authorizationPath,
    alreadyExists: (inputs) => alreadyExists(authorizationPath(inputs)),
    verify: (inputs) => {
        verifyName(inputs);
        verifyDomain(inputs.domain);
        if (inputs.domain.startsWith("*.")) {
            throw invalid(`Invalid domain name ${JSON.stringify(inputs.domain)}.`);
        }
    },
    state: (inputs) => {
        const { location, domain: name, type = location === "global" ? "FIXED_RECORD" : "PER_PROJECT_RECORD" } = inputs;
        const own = type === "FIXED_RECORD" ? "" : `_${digits(`${inputs.project}/${name}`, 12)}`;
        return {
            type,
            dnsResourceRecords: [
                {
                    name: `_acme-challenge${own}.${name}.`,
                    type: "CNAME",
                    data: `${digits(authorizationPath(inputs), 12)}.authorize.certificatemanager.goog.`,
                },
            ],
        };
    },
    remove: (inputs, { cloud }) => {
        const path = authorizationPath(inputs);
        const user = cloud.store
            .list(fullName(`projects/${inputs.project}/locations/${inputs.location}/certificates`))
            .find(({ state }) =>
                ((state as Inputs).managed?.dnsAuthorizations ?? []).some(
                    (item: string) => lastPart(item) === inputs.name,
                ),
            );
        if (user) {
            throw invalid(
                `can't delete DNS authorization ${JSON.stringify(path)} that is used by ${JSON.stringify(user.id)}`,
            );
        }
    },
};
