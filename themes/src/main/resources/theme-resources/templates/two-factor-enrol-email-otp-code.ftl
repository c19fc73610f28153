<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-email-otp-form-title")}
  <#elseif section == "form">
    <@parts.frame>
      <p id="two-factor-hint">${msg("two-factor-enrol-email-otp-code", twoFactor.address)} ${msg("two-factor-email-otp-form-hint")}</p>
      <@parts.form id="two-factor-enrol">
        <@parts.code label=msg("two-factor-code-label") describedBy="two-factor-hint"/>
        <@parts.actions>
          <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
          <@parts.resend/>
          <@parts.button label="two-factor-enrol-email-otp-other-address" id="two-factor-other-address" name="other-address" primary=false/>
          <@parts.ways/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
