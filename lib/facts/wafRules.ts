import { facts } from "./facts";

/** A set of preconfigured rules of Cloud Armor. */
interface WafRuleSet {
    /** The name in expressions. */
    name: string;
    /** Whether a policy has it by default. */
    isDefault: boolean;
}

/** The preconfigured rules of Cloud Armor: the recommended version 4.22 of the OWASP Core Rule Set, where it has a set. */
export const wafRules = facts<WafRuleSet>()({
    subject: "Preconfigured rules of Cloud Armor",
    source: "https://cloud.google.com/armor/docs/waf-rules",
    checked: "2026-11-22",
    rows: {
        sqli: { name: "sqli-v422-stable", isDefault: true },
        xss: { name: "xss-v422-stable", isDefault: true },
        lfi: { name: "lfi-v422-stable", isDefault: true },
        rfi: { name: "rfi-v422-stable", isDefault: true },
        rce: { name: "rce-v422-stable", isDefault: true },
        methodenforcement: { name: "methodenforcement-v422-stable", isDefault: false },
        scannerdetection: { name: "scannerdetection-v422-stable", isDefault: true },
        protocolattack: { name: "protocolattack-v422-stable", isDefault: true },
        php: { name: "php-v422-stable", isDefault: false },
        sessionfixation: { name: "sessionfixation-v422-stable", isDefault: true },
        java: { name: "java-v422-stable", isDefault: false },
        nodejs: { name: "nodejs-v33-stable", isDefault: false },
        cve: { name: "cve-canary", isDefault: true },
    },
});
