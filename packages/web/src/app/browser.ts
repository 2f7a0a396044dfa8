/*
 * What has to be in place before any other module runs. The page's Content-Security-Policy allows no eval and only styles
 * that carry its nonce.
 */
const place = globalThis as typeof globalThis & {
  __webpack_nonce__?: string;
  __zod_globalConfig?: { jitless: boolean };
};

export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// The scroll lock of dialogs reads its nonce from here.
place.__webpack_nonce__ = nonce;
// zod would try `new Function` and be refused.
place.__zod_globalConfig = { jitless: true };
