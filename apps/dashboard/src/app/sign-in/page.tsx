import { SignInPage } from '../../features/sign-in/sign-in.page.tsx';

export const metadata = { title: 'Sign in' };

export default SignInPage;
