import { authRoute } from '../../../../lib/web/auth-route.ts';

export { authRoute as GET, authRoute as POST };
