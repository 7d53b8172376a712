/** Whether nobody but its owner can verify a domain: others are taken as verified. */
export const isForeignDomain = (name: string): boolean =>
    /(^|\.)(appspot\.com|google\.com|example\.(com|net|org))$/.test(name);
