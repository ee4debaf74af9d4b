/** Base64 of a pasted or dropped image: 10 MB of it, so that it passes through every queue on its way. */
export const longestImage = 14_000_000;
